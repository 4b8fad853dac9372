"""What the pages of sending, of secure links and of reviewing answer."""
