"""The agreement as dated, cited data, and the answer to 'what was in force here, then?'."""
