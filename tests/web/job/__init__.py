"""The people of the job and what each of them does in the browser."""
