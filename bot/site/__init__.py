"""The page that a campaign publishes: a folder of static files, made of what everybody may see."""
