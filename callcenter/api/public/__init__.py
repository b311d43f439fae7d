"""What everybody may see without signing in, none of it about a person. Decision record 0071."""
