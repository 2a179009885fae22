"""What is selected: shared by widgets, undone, named, saved, written as pandas."""
