"""The commands of ``python -m pipeline``, one a file.

A command is a function of its file's name; its parameters are the command's arguments and options.
What a person can mend it raises as a UserError; `_shared.errors` shows it.
"""
