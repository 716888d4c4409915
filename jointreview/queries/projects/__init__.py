"""Projects over their four stages: a list of those one may see, and the whole road of one."""

from jointreview.queries.projects.list import ProjectFilters, ProjectRow, ProjectsPage, projects
from jointreview.queries.projects.road import Road, project_road

__all__ = ["ProjectFilters", "ProjectRow", "ProjectsPage", "Road", "project_road", "projects"]
