"""`/revise`: change a policy in a form, or bring a revision along, and see what differs, for whom, and on what grounds.

The draft travels with the form, as the text of an overlay: nothing of it is kept here, so that nothing is lost with a
session or a restart, every process can go on with it, and what an officer tries out is nobody's record until it is
published. It can be saved as a file, and opened again. It holds policy, and nothing of any person.
"""
