"""The phone page of responsible parties (责任主体): their tasks, and what they do about them."""
