"""The words of the project: frozen records, the error tree and the ports. Imports no machinery."""
