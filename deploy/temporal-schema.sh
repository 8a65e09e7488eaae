#!/bin/sh
# Makes Temporal's two databases and brings their schema up to the version of this tool.
# May run any number of times: `setup-schema` keeps the version that it finds, and `update-schema` applies
# only what is missing. SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD and SQL_PLUGIN say which server.
set -eu

update() {
  database=$1
  schema=$2
  # Refused when the database is there. If it is refused for another reason, the next command fails.
  temporal-sql-tool --db "$database" create-database || echo "database $database: taken to be there already"
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema --schema-name "postgresql/v12/$schema"
}

update temporal temporal
update temporal_visibility visibility
