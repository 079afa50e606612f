"""The weak first (弱者优先): what a message tells of people who need care before others."""
