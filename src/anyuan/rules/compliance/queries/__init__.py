"""Reads for pages and the API. Every one takes the actor first and gives only what he may see."""
