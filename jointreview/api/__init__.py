"""HTTP routes: login, files, form sections, map data, verification, health."""
