"""The pages about care, and the tools that help to choose."""
