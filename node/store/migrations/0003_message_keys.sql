-- Of an entry under a key of its own: that key, gone with the payload. It is as secret as what the payload says.
ALTER TABLE entries ADD COLUMN message_key BLOB;
