def made_out(lines, grid, editions):
    return None
