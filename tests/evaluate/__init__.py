"""`make evaluate`: what the assistant understands and finds, beside its peers, on sealed sets."""
