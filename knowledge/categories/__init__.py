"""What residents bring up (诉求分类): the community's tree of groups and leaves."""
