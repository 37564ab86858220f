"""Files in: photos, meshes and CT or MR slices from outside, parsed where they can do no harm.

`read` names what a file is by its content and hands it to the reader for that kind. Everything from outside is parsed
by `child` in a limited process without keys (`sandbox` starts it); any fault in there comes back as an
`ImportRejected` with words for the user.
"""
