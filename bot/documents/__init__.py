"""Documents and pictures for print and for sharing: drawn by typst, with QR codes by segno.

What people wrote reaches typst as JSON alone, never as markup: no title or name can be code.
"""
