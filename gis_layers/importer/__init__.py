"""Reads what a user's own file is before it becomes a layer: finds out all it can, asks only the rest.

`inspect.inspect_file` gives a frozen `FileReport`, `apply.apply` turns it and the user's answers into an
`ImportedLayer`. No window here: findings and questions are codes with parameters, `app` has the words.
"""
