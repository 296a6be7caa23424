"""What a program does, worked out behind the wall and stored once for everybody."""
