"""Who gets an appeal (派单): rules over category, type of community and place."""
