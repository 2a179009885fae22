"""SegmentExplorer."""
