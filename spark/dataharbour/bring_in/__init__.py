"""Makes tables of files that people bring in: a child process of the worker, told its job on stdin."""
