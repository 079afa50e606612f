"""我家也是: likely duplicates of an appeal, joining one, and many households at once."""
