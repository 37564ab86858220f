"""Sealed records: an encrypted archive under a passphrase, and an audit that shows every change.

`store.Archive` is the way in; `audit.verify` proves that an archive is whole; `backup` keeps a sealed copy, `erasure`
destroys a patient's key; FORMAT.md defines every byte, the keys and what is promised. Nothing here is written to disk
unsealed, and no error carries a patient's name.
"""
