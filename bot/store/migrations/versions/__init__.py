"""The steps; a step that was ever released is never changed."""
