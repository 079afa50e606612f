"""GeoReport v2."""
