"""The pipeline: from listening data to a sealed build that the app reads."""
