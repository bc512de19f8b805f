"""The policies that local mode enforces are those of the templates, today's."""

from local import access
from local.access_document import access_document, local_names, rendered, templates


def test_local_mode_enforces_the_policies_of_the_templates(context):
    document = access_document(local_names(templates(context)))
    assert rendered(document) == access.FILE.read_text(), "run `make iam`"
