"""An answer comes in: examined, judged by the clock and the attempts left, committed. Knows nothing of those who grade it."""
