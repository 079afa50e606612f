"""What the gateway does for appeals by itself (诉求): it watches their due dates."""
