"""Exchange of appeals (数据交换) with other platforms as tables: export and import."""
