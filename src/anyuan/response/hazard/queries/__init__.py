"""Reads of the room. Every one takes the actor first and gives only what he may see."""
