"""How a page is made: templates, files, the choices of whoever looks, and problems as pages."""
