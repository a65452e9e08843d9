"""Files received from outside: digested before anything else, told what they are by content, sealed as captures are."""
