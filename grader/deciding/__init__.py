"""What people decide: who may see what, what is shown when, what is graded again."""
