"""Places: communities (社区/小区), grids (网格), buildings and responsible parties (责任主体)."""
