"""Open311 (GeoReport v2): the public standard for reading and creating service requests."""
