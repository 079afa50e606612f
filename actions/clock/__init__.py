"""The honest clock (时限): working time, terms, due dates, and the watch over them."""
