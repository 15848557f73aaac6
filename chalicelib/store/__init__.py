"""DynamoDB and Parameter Store. Domain values go in and come out; a row never leaves."""
