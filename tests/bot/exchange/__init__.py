"""Export and import of appeals."""
