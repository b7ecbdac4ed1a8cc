"""What speaks with platforms outside: each connector alone knows its platform's words."""
