"""One file a format that motions can be exported to; `export.format` says what each must have."""
