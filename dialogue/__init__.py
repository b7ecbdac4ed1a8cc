"""One turn of the conversation, from what a citizen typed to what is sent back."""
