"""PostgreSQL: settings, connections, migrations, the queue, and the rows of conversations and turns."""
