"""The database: tables, migrations, queries per entity, and the unit of work."""
