"""The official category of an appeal: weights, how they are trained, measured and used on files."""
