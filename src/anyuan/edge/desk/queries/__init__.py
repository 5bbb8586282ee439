"""What the desks show. Every read takes the actor first; the rooms below decide what he may see."""
