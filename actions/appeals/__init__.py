"""Appeals (诉求): what residents ask to have solved, with the whole history."""
