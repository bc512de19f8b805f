"""The account of CloudFormation's refusals refuses what it should, on templates of a few lines."""

from typing import Any

import pytest
from cloudformation import Account, RefusalError
from stack_versions import StackVersion

ROLE: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "fixed"}}
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "resizer"}}


def stack(name, resources, exports=None, region="us-east-1"):
    outputs = {
        f"Output{number}": {"Export": {"Name": export}, "Value": value}
        for number, (export, value) in enumerate((exports or {}).items())
    }
    return StackVersion(name, region, {"Resources": resources, "Outputs": outputs})


def custom(**properties):
    token = {"Fn::GetAtt": ["Function", "Arn"]}
    return {"Type": "Custom::Digest", "Properties": {"ServiceToken": token} | properties}


def shop(tag, function=FUNCTION):
    """A stack that exports an attribute of a custom resource."""
    digest = {"Fn::GetAtt": ["Digest", "Value"]}
    return stack("shop", {"Function": function, "Digest": custom(Tag=tag)}, {"shop:digest": digest})


def till(name="till"):
    variable = {"Variables": {"IMAGE": {"Fn::ImportValue": "shop:digest"}}}
    return stack(name, {"F": {"Type": "AWS::Lambda::Function", "Properties": variable}})


def test_an_attribute_of_a_custom_resource_that_is_imported_cannot_change():
    account = Account()
    account.deploy([shop("a"), till()])
    account.deploy([shop("a"), till()])
    with pytest.raises(RefusalError, match=r"shop:digest cannot be updated .* in use by till"):
        account.deploy([shop("b"), till()])


def test_an_export_in_use_can_neither_go_nor_can_its_stack():
    account = Account()
    account.deploy([shop("a"), till()])
    with pytest.raises(RefusalError, match="cannot be deleted as it is in use by till"):
        account.update(stack("shop", {"Function": FUNCTION}))
    with pytest.raises(RefusalError, match="cannot be deleted as it is in use by till"):
        account.destroy([shop("a")])
    account.destroy([shop("a"), till()])
    assert not account.stacks


def test_an_import_without_its_export_is_refused():
    with pytest.raises(RefusalError, match="No export named shop:digest found"):
        Account().deploy([till(), shop("a")])


def test_an_export_of_a_resource_that_is_replaced_counts_as_changed():
    def version(**properties):
        api = {"Type": "AWS::ApiGateway::Deployment", "Properties": properties}
        return stack("shop", {"D": api}, {"shop:digest": {"Ref": "D"}})

    account = Account()
    account.deploy([version(RestApiId="a", Description="one"), till()])
    account.deploy([version(RestApiId="a", Description="two"), till()])
    with pytest.raises(RefusalError, match="cannot be updated"):
        account.deploy([version(RestApiId="b", Description="two"), till()])


def test_a_replacement_under_a_fixed_name_is_refused():
    account = Account()
    account.update(stack("shop", {"Role": ROLE}))
    moved = {"Type": ROLE["Type"], "Properties": ROLE["Properties"] | {"Path": "/other/"}}
    with pytest.raises(RefusalError, match=r"AWS::IAM::Role \"fixed\" already exists"):
        account.update(stack("shop", {"Role": moved}))
    with pytest.raises(RefusalError, match="already exists"):
        account.update(stack("shop", {"OtherId": ROLE}))
    described = {"Type": ROLE["Type"], "Properties": ROLE["Properties"] | {"Description": "x"}}
    account.update(stack("shop", {"Role": described}))


def test_the_names_of_roles_are_one_for_all_regions_and_those_of_functions_are_not():
    account = Account()
    account.update(stack("shop", {"Role": ROLE, "Function": FUNCTION}))
    account.update(stack("shop", {"Function": FUNCTION}, region="eu-west-1"))
    with pytest.raises(RefusalError, match="already exists"):
        account.update(stack("till", {"Role": ROLE}, region="eu-west-1"))


def test_the_function_behind_a_custom_resource_cannot_be_another_one():
    account = Account()
    account.update(shop("a"))
    renamed = FUNCTION | {"Properties": {"FunctionName": "other"}}
    with pytest.raises(RefusalError, match="Modifying service token of Digest is not allowed"):
        account.update(shop("a", renamed))


@pytest.mark.parametrize("import_existing", [False, True])
def test_what_was_kept_stands_in_the_way_unless_it_is_imported(import_existing):
    kept = stack("shop", {"Role": ROLE | {"DeletionPolicy": "Retain"}})
    account = Account(import_existing=import_existing)
    account.deploy([kept])
    account.destroy([kept])
    assert not account.stacks
    assert [name for _, _, name in account.kept] == ['"fixed"']
    if import_existing:
        account.deploy([kept])
        assert not account.kept
    else:
        with pytest.raises(RefusalError, match="already exists"):
            account.deploy([kept])


def test_what_goes_with_its_stack_is_not_imported():
    account = Account(import_existing=True)
    account.update(stack("shop", {"Role": ROLE | {"DeletionPolicy": "Retain"}}))
    account.destroy([stack("shop", {})])
    with pytest.raises(RefusalError, match="already exists"):
        account.update(stack("shop", {"Role": ROLE}))
