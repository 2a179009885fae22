"""CorrelationHeatmap."""
