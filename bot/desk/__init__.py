"""The staff desk (工作台): the queue, live conversations with residents, and their appeals."""
